# shellcheck shell=bash
# Units of systemd, and what they say in its journal.

# put_units NAME…: as $source_folder has them.
put_units() {
    local name
    for name in "$@"; do put_file 644 "$source_folder/deploy/$name" "$units/$name"; done
    [ "$step_state" = unchanged ] || change systemctl daemon-reload
}

start_service() {
    systemctl is-enabled --quiet "$1" 2> /dev/null && systemctl is-active --quiet "$1" && return 0
    change systemctl enable --now "$1"
}

# What the service has said since it was started last.
said() {
    journalctl --quiet --output=cat "_SYSTEMD_INVOCATION_ID=$(systemctl show --property=InvocationID --value "$1")" 2> /dev/null
}

# give_up_on SERVICE WORDS: with the last that it said.
give_up_on() {
    said "$1" | tail -n 5 >> "$log" || true
    give_up "$2 Look at: journalctl -u $1"
}

# Those that run now, and go on until they are stopped.
running_services() {
    systemctl list-units --plain --no-legend 'dolbom-*.service' | awk '$1 != "dolbom-backup.service" { print $1 }'
}

# Those that start with the machine, whether they run or not.
enabled_services() {
    local link
    for link in "$units"/multi-user.target.wants/dolbom-*; do
        if [ -L "$link" ]; then echo "${link##*/}"; fi
    done
}

# What this machine has, as groups of packages.
installed_groups() {
    [ ! -e "$units/dolbom-backend.service" ] || echo backend
    [ ! -e "$units/dolbom-agent@.service" ] || echo agent
    [ ! -e "$units/dolbom-vision.service" ] || echo backend
    [ ! -e "$units/dolbom-worker.service" ] || printf '%s\n' backend modeling worker
}
