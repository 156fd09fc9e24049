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
    groups=("$@")
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
    local options=(--locked --project "$release" --python /usr/bin/python3 --compile-bytecode --no-default-groups)
    local group extra
    for group in "${groups[@]}"; do options+=(--group "$group"); done
    for extra in $(extras); do options+=(--extra "$extra"); done
    # Its cache lies on the same disk as the versions, which share its files.
    export UV_CACHE_DIR=${UV_CACHE_DIR:-$opt/cache} UV_PYTHON_DOWNLOADS=never
    "$opt/uv/bin/uv" sync --check "${options[@]}" > /dev/null 2>&1 && return 0
    advice='packages could not be fetched: look at the network, or give --find-links or UV_… (sudo -E).'
    change "$opt/uv/bin/uv" sync --no-progress "${options[@]}"
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
