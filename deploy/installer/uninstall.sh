# shellcheck shell=bash
# Takes away what the other commands have made: without --purge all but settings and data.

# What systemd keeps of the units: what somebody has set beside them, and when the backup was made.
of_systemd=("$units"/dolbom-*.d "$root/var/lib/systemd/timers/stamp-dolbom-backup.timer")

uninstall() {
    confirm
    step 'services' stop_services
    step 'units' remove_units
    step 'programs' remove "$opt"
    if $purge; then
        step 'settings and data' remove "$etc" "$state" "$root/var/backups/dolbom" "${of_systemd[@]}"
        step 'user' remove_user
    else
        echo "Kept: $etc, $state and the backups in /var/backups/dolbom"
    fi
}

confirm() {
    local answer
    if $yes || $dry_run; then return 0; fi
    [ -t 0 ] || die 'expected --yes where nobody can be asked'
    unanswered='nothing was removed'
    if $purge; then
        read_answer 'All records, settings and secrets are removed for ever. Type purge'
        [ "$answer" = purge ] || die 'nothing was removed'
    else
        read_answer 'Nobody is watched from then on. Remove Dolbom, and keep its data? [y/N]'
        [[ $answer = [yY]* ]] || die 'nothing was removed'
    fi
    unanswered=''
}

stop_services() {
    local name
    [ ! -e "$units/dolbom-backup.timer" ] || change systemctl disable --now dolbom-backup.timer
    for name in $({ running_services; enabled_services; } | sort -u); do change systemctl disable --now "$name"; done
}

remove_units() {
    remove "$units"/dolbom-*.service "$units"/dolbom-*.timer
    [ "$step_state" = unchanged ] || change systemctl daemon-reload
}

remove_user() {
    remove "$root/etc/sysusers.d/dolbom.conf"
    if getent passwd dolbom > /dev/null; then change userdel dolbom; fi
}
