# shellcheck shell=bash
# The camera box: what it is paired with, its service, and that the server hears it.

install_camera() {
    check_running
    ask_for_camera 'nothing was installed'
    mapfile -t present < <(installed_groups)
    prepare_release agent "${present[@]}"
    start_camera
}

# The server first; the camera as soon as there is a code, which the server's page shows.
install_both() {
    check_running
    prepare_release backend agent
    start_server
    step 'unit of the camera' put_units dolbom-agent@.service
    show_setup
    if [ -z "$code" ] && ! is_paired && [ ! -t 0 ]; then
        echo 'Then pair the camera: deploy/install both --pair CODE --source SOURCE'
        return 0
    fi
    backend_url=${backend_url:-$SERVER}
    ask_for_camera 'the server runs, and no camera is paired with it'
    start_camera
}

start_camera() {
    step 'settings of the camera' write_camera_settings
    step 'unit of the camera' put_units dolbom-agent@.service
    step 'version in use' put_link "releases/${release##*/}" "$opt/current"
    step 'pairing' pair_camera
    step 'camera' start_service "dolbom-agent@$camera_name"
    step 'server hears the camera' wait_for_camera
}

# By a code, or by a key in its settings.
is_paired() {
    ! $again || return 1
    [ -s "$state/agent/access/pairing.json" ] || grep -qs '^API_KEY=.' "$etc/agent-$(known_camera).env"
}

# ask_for_camera UNANSWERED: what a pairing needs and no option says; a box that is paired needs nothing.
ask_for_camera() {
    camera_name=${camera_name:-$(known_camera)}
    if is_paired || $dry_run; then return 0; fi
    unanswered=$1
    ask backend_url --backend-url fault_of_url 'Address of the server, such as http://192.168.0.10:8000'
    ask camera_source --source fault_of_source 'Camera: 0 for the first at this box, or rtsp://user:password@address/stream'
    ask code --pair fault_of_code 'Code of six digits, which the page shows for a new camera'
    unanswered=''
}

known_camera() {
    local file
    for file in "$etc"/agent-*.env; do
        [ -e "$file" ] || break
        file=${file##*/agent-}
        echo "${file%.env}"
        return 0
    done
    echo camera
}

write_camera_settings() {
    put_folder 700 "$etc"
    [ -e "$etc/agent-$camera_name.env" ] ||
        change replace_file 600 "$source_folder/deploy/agent.env.example" "$etc/agent-$camera_name.env"
    if [ ! -d "$state/agent" ]; then
        change install -d -m 700 "$state/agent"
        change chown dolbom:dolbom "$state/agent"
    fi
}

pair_camera() {
    is_paired && return 0
    advice='the server gave no key for the code: look at its address, and take a new code from the page.'
    change stop_and_pair
}

# The code and the source, which may hold a password, stand in no log.
stop_and_pair() {
    systemctl stop "dolbom-agent@$camera_name"
    "$opt/current/deploy/as-dolbom" "agent-$camera_name" run-agent --pair "${code//[- ]/}" --no-watch \
        --backend-url "$backend_url" --source "$(full_source)"
}

# The service runs in a folder of its own.
full_source() {
    if [ -f "$camera_source" ]; then realpath "$camera_source"; else echo "$camera_source"; fi
}

wait_for_camera() {
    $dry_run && return 0
    wait_until 'the server did not hear the camera' is_heard "dolbom-agent@$camera_name" ||
        give_up_on "dolbom-agent@$camera_name" 'the server does not hear the camera.'
}

# By the last word that it said about the server.
is_heard() {
    said "$1" | grep -E 'the server at [^ ]+ (hears this camera|is back|is away)' | tail -n 1 | has '(hears this camera|is back)$'
}
