# shellcheck shell=bash
# The home server: its settings, its service, and where the household is set up.

SERVER=http://127.0.0.1:8000

install_server() {
    check_running
    mapfile -t present < <(installed_groups)
    prepare_release backend "${present[@]}"
    start_server
    show_setup
}

start_server() {
    step 'settings of the server' write_server_settings
    step 'unit of the server' put_units dolbom-backend.service
    step 'version in use' put_link "releases/${release##*/}" "$opt/current"
    step 'server' start_service dolbom-backend
    step 'server answers' wait_for_server
    step 'backup each night' back_up_each_night
}

back_up_each_night() {
    put_units dolbom-backup.service dolbom-backup.timer
    if [ ! -d "$root/var/backups/dolbom" ]; then
        change install -d -m 700 "$root/var/backups/dolbom"
        change chown dolbom:dolbom "$root/var/backups/dolbom"
    fi
    start_service dolbom-backup.timer
}

# An upgrade alone replaces a version that runs: it knows how to go back.
check_running() {
    local version
    [ ! -L "$previous" ] || die 'an upgrade was interrupted: run deploy/install upgrade'
    version=$(running_version) || return 0
    [ "$version" = "$(version_of "$source_folder")" ] || die "version $version is installed: run deploy/install upgrade"
}

write_server_settings() {
    put_folder 700 "$etc"
    [ -e "$etc/backend.env" ] || change make_server_settings
}

make_server_settings() {
    local address
    address=$(hostname -I | cut -d ' ' -f 1)
    (
        umask 077
        cat "$source_folder/deploy/backend.env.example"
        echo "PUBLIC_URL=${public_url:-http://${address:-$(hostname)}:8000}"
    ) > "$etc/backend.env.new"
    chmod 600 "$etc/backend.env.new"
    mv -T "$etc/backend.env.new" "$etc/backend.env"
}

wait_for_server() {
    $dry_run && return 0
    wait_until 'the server did not answer' server_answers ||
        give_up_on dolbom-backend 'the server does not answer.'
}

server_answers() {
    curl --silent --fail --max-time 2 --noproxy '*' "$SERVER/health" > /dev/null && said dolbom-backend | has 'ready$'
}

# The address at which the first owner sets up the household; nothing once somebody has.
setup_address() {
    local address path
    address=$(said dolbom-backend | sed -n 's/^set up the household at //p' | tail -n 1)
    [ -n "$address" ] || return 0
    path=/${address#*://*/}
    curl --silent --fail --max-time 5 --noproxy '*' --header 'Accept: text/html' "$SERVER$path" |
        has 'action="/setup"' && echo "$address"
}

show_setup() {
    local address
    $dry_run && return 0
    address=$(setup_address) || true
    if [ -z "$address" ]; then
        echo "The household is set up: $(sed -n 's/^PUBLIC_URL=//p' "$etc/backend.env" | tail -n 1)"
        return 0
    fi
    printf '\nSet up the household in a browser, best on a phone in your Wi-Fi:\n\n    %s\n\n' "$address"
    "$opt/current/.venv/bin/python" -c 'import segno, sys; segno.make(sys.argv[1], error="l").terminal(compact=True)' "$address"
}
