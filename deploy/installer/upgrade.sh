# shellcheck shell=bash
# Another version in place of the one that runs, and back where it does not become well.

UNITS=(dolbom-backend.service dolbom-agent@.service dolbom-vision.service dolbom-worker.service
       dolbom-backup.service dolbom-backup.timer)
DATABASES=(database/dolbom.sqlite3:alembic_version jobs/factory.sqlite3:factory_version)
STEADY_SEC=10

copies=$state/before-upgrade
# Leads to the version before while an upgrade is under way: what a power cut leaves, the next run takes up.
previous=$opt/previous
before='' running=() was_well=false
declare -A heard=() invocations=() since=()

upgrade() {
    [ -L "$opt/current" ] || die 'nothing is installed: run deploy/install server, camera or both'
    mapfile -t present < <(installed_groups)
    prepare_release "${present[@]}"
    if [ "$(running_version)" != "${release##*/}" ] || [ -L "$previous" ]; then replace_version; fi
}

replace_version() {
    look_before
    step 'services stop' stop_services_for_upgrade
    step 'units' put_installed_units
    step 'version in use' put_link "releases/${release##*/}" "$opt/current"
    step 'services start' start_running
    step 'all is well' wait_until_well
    step 'older versions' forget_older
}

# What runs, and how well: of an interrupted upgrade what ran before it.
look_before() {
    local name
    if [ -L "$previous" ]; then
        before=$(readlink "$previous")
        [ ! -e "$opt/running-before" ] || mapfile -t running < "$opt/running-before"
        return 0
    fi
    before=$(readlink "$opt/current")
    mapfile -t running < <(running_services)
    if server_is_well; then was_well=true; fi
    for name in "${running[@]}"; do
        if is_heard "$name"; then heard[$name]=yes; fi
    done
}

stop_services_for_upgrade() {
    [ -L "$previous" ] || change note_before
    stop_running
    [ -d "$copies" ] || $dry_run || change copy_databases
}

note_before() {
    rm -rf "$copies" "$opt/running-before"
    [ ${#running[@]} -eq 0 ] || printf '%s\n' "${running[@]}" > "$opt/running-before"
    replace_link "$before" "$previous"
}

copy_databases() {
    local entry file
    rm -rf "$copies.part"
    install -d -m 700 "$copies.part"
    for entry in "${DATABASES[@]}"; do
        for file in "$state/backend/${entry%:*}"{,-wal}; do
            [ ! -e "$file" ] || cp --preserve=all "$file" "$copies.part/"
        done
    done
    sync -f "$copies.part"
    mv -T "$copies.part" "$copies"
}

put_installed_units() {
    local name found=()
    for name in "${UNITS[@]}"; do [ ! -e "$units/$name" ] || found+=("$name"); done
    put_units "${found[@]}"
}

stop_running() {
    [ ${#running[@]} -eq 0 ] || change systemctl stop "${running[@]}"
}

start_running() {
    [ ${#running[@]} -eq 0 ] || change systemctl start "${running[@]}"
}

wait_until_well() {
    $dry_run && return 0
    wait_until 'not all was well' all_is_well || give_up 'the new version did not become well.'
    change rm -f "$previous" "$opt/running-before"
}

# No worse than before: the server answers, and the other services stay, and are heard if they were.
all_is_well() {
    local name status=0
    for name in "${running[@]}"; do
        case $name in
            dolbom-backend.service) server_answers || status=1 ;;
            *) is_steady "$name" || status=1 ;;
        esac
        [ -z "${heard[$name]:-}" ] || is_heard "$name" || status=1
    done
    ! $was_well || server_is_well || status=1
    return "$status"
}

server_is_well() {
    curl --silent --fail --max-time 2 --noproxy '*' "$SERVER/health" | has '"status": *"ok"'
}

# Whether it has run for some seconds without a new start.
is_steady() {
    local invocation
    systemctl is-active --quiet "$1" || return 1
    invocation=$(systemctl show --property=InvocationID --value "$1")
    if [ "${invocations[$1]:-}" != "$invocation" ]; then
        invocations[$1]=$invocation since[$1]=$SECONDS
    fi
    [ $((SECONDS - since[$1])) -ge "$STEADY_SEC" ]
}

# The version before stays beside the one that runs.
forget_older() {
    local folder
    for folder in "$opt"/releases/*; do
        case ${folder##*/} in
            "${release##*/}" | "${before##*/}") ;;
            *) remove "$folder" ;;
        esac
    done
}

after_failure() {
    if [ "$command" = upgrade ] && [ -L "$previous" ] && ! $dry_run; then roll_back; fi
}

# Whatever fails on the way back, the rest is tried.
roll_back() {
    release=$opt/$before source_folder=$opt/$before
    was_well=false heard=()
    echo "Back to version ${release##*/}:"
    step 'services stop' stop_running
    step 'databases' put_back_databases
    step 'units' put_installed_units
    step 'version in use' put_link "releases/${release##*/}" "$opt/current"
    step 'services start' start_running
    step 'all is well' end_roll_back
}

end_roll_back() {
    change rm -f "$previous" "$opt/running-before"
    if wait_until 'not all was well' all_is_well; then
        why="$why Version ${release##*/} runs again."
    else
        step_state='not well' why="$why Version ${release##*/} is back, and is not well: journalctl -u 'dolbom-*'"
    fi
}

# Where a migration ran, the version before could not read what there is now.
put_back_databases() {
    local entry copy file
    for entry in "${DATABASES[@]}"; do
        file=$state/backend/${entry%:*}
        copy=$copies/${file##*/}
        [ ! -e "$copy" ] || [ "$(revision "$copy" "${entry#*:}")" = "$(revision "$file" "${entry#*:}")" ] ||
            change put_back "$copy" "$file"
    done
}

put_back() {
    rm -f "$2-wal" "$2-shm"
    cp --preserve=all "$1" "$2.new"
    [ ! -e "$1-wal" ] || cp --preserve=all "$1-wal" "$2-wal"
    mv -T "$2.new" "$2"
}

# revision FILE TABLE: the schema of a database; "none" where it has none.
revision() {
    python3 - "$1" "$2" 2> /dev/null << 'PYTHON' || echo none
import sqlite3
import sys
from contextlib import closing

with closing(sqlite3.connect(sys.argv[1])) as db:
    print(db.execute(f"SELECT version_num FROM {sys.argv[2]}").fetchone()[0])
PYTHON
}
