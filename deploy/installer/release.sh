# shellcheck shell=bash
# A version side by side with others: its files, and the Python environment within them.

UV_VERSION=0.13.9
# What runs; neither tests nor what somebody has beside it in the folder.
PARTS=(agent backend checkpoints common contract demo deploy docs kakao_sandbox modeling
    LICENSE README.md pyproject.toml uv.lock)

release='' groups=()

# prepare_release GROUP…: $release, complete, with what these halves and those that are there need.
prepare_release() {
    local version
    # In one order, and each once: another selection would be another environment.
    mapfile -t groups < <(printf '%s\n' "$@" | sort -u)
    version=$(version_of "$source_folder") || die "expected a whole folder of Dolbom in $source_folder"
    release=$opt/releases/$version
    step 'system' check_system
    step 'packages' install_packages
    step 'user' make_user
    step "version $version" copy_release
    step 'uv' install_uv
    step 'python environment' make_environment
}

# The version of a folder: another one as soon as any of its files differs.
version_of() {
    local number digest
    number=$(sed -n '0,/^version = /s/^version = "\(.*\)"/\1/p' "$1/pyproject.toml")
    digest=$(pack "$1" | sha256sum) || return 1
    echo "$number-${digest:0:10}"
}

pack() {
    tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w \
        --exclude=__pycache__ --format=gnu -cf - "${PARTS[@]}"
}

copy_release() {
    [ -d "$release" ] || change unpack_release
}

unpack_release() {
    rm -rf "$release.part"
    mkdir -p "$release.part"
    pack "$source_folder" | tar -C "$release.part" -xf -
    sync -f "$release.part"
    mv -T "$release.part" "$release"
}

install_uv() {
    [ "$("$opt/uv/bin/uv" --version 2> /dev/null | cut -d ' ' -f 2)" = "$UV_VERSION" ] && return 0
    advice='uv could not be fetched: look at the network, or give --find-links or PIP_INDEX_URL (sudo -E).'
    change python3 -m venv --clear "$opt/uv"
    change "$opt/uv/bin/pip" install --quiet --no-input "uv==$UV_VERSION"
}

make_environment() {
    local group extra selection=(--project "$release" --no-default-groups)
    for group in "${groups[@]}"; do selection+=(--group "$group"); done
    for extra in $(extras); do selection+=(--extra "$extra"); done
    # Its cache lies on the same disk as the versions, which share its files.
    export UV_CACHE_DIR=${UV_CACHE_DIR:-$opt/cache} UV_PYTHON_DOWNLOADS=never UV_PYTHON=/usr/bin/python3
    advice='packages could not be fetched: look at the network, or give --find-links or UV_… (sudo -E).'
    # The lock names the registry's files; another place has to be asked for those of its digests.
    if [ -n "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_FIND_LINKS:-}" ]; then
        [ "$(cat "$release/.venv/selection" 2> /dev/null)" = "${selection[*]}" ] && return 0
        change install_from_elsewhere "${selection[@]}"
    else
        selection+=(--locked --compile-bytecode)
        "$opt/uv/bin/uv" sync --check "${selection[@]}" > /dev/null 2>&1 && return 0
        change "$opt/uv/bin/uv" sync --no-progress "${selection[@]}"
    fi
}

install_from_elsewhere() {
    local list=$release/requirements.txt uv=$opt/uv/bin/uv
    "$uv" venv --clear "$release/.venv"
    "$uv" export --frozen --quiet --no-emit-project --output-file "$list" "$@"
    "$uv" pip sync --no-progress --python "$release/.venv" --require-hashes --compile-bytecode "$list"
    "$uv" pip install --no-progress --python "$release/.venv" --no-deps --editable "$release"
    echo "$*" > "$release/.venv/selection"
}

# The extras that the server's settings ask for.
extras() {
    [ -r "$etc/backend.env" ] || return 0
    grep -q '^DATABASE_URL=.*postgresql' "$etc/backend.env" && echo postgres
    grep -q '^STORAGE_URL=.*s3' "$etc/backend.env" && echo s3
    grep -q '^OTEL_EXPORTER_OTLP_ENDPOINT=.' "$etc/backend.env" && echo otel
    return 0
}

# The version that runs, by its folder's name; empty where none does.
running_version() {
    local target
    target=$(readlink "$opt/current") && echo "${target##*/}"
}
