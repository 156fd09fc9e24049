# shellcheck shell=bash
# One step after another: what it is called, whether it had to change anything, and how long it took.

log=/dev/null
step_name='' step_state='' advice='' changes=0
planned=()

# Takes the lock and opens the log; from here on an exit says which step failed.
begin() {
    [ -n "$root" ] || $dry_run || [ "$(id -u)" -eq 0 ] || die "expected root: sudo deploy/install $command"
    $dry_run || open_log
    trap on_exit EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exec >> "$log" 2>&1; exit 129' HUP
}

open_log() {
    log=$root/var/log/dolbom-install.log
    mkdir -p "$root/var/log" "$root/run"
    (umask 077 && echo "== $(date -u +%FT%TZ) $command" >> "$log") || die "$log cannot be written: is the disk full?"
    exec 9> "$root/run/dolbom-install.lock"
    flock --nonblock 9 || die 'another deploy/install is at work'
}

# step NAME FUNCTION [ARGUMENTS]
step() {
    local began=${EPOCHREALTIME/[.,]/}
    step_name=$1 step_state=unchanged advice='' planned=()
    shift
    printf '%-30s' "$step_name"
    echo "-- $step_name" >> "$log"
    "$@"
    result "$step_state" "$began"
    [ "$step_state" = unchanged ] || changes=$((changes + 1))
    step_name=''
}

result() {
    local tenths=$(((${EPOCHREALTIME/[.,]/} - $2) / 100000))
    printf '%-14s %5d.%d s\n' "$1" $((tenths / 10)) $((tenths % 10))
    echo "   $1 after $((tenths / 10)).$((tenths % 10)) s" >> "$log"
    [ ${#planned[@]} -eq 0 ] || printf '    %s\n' "${planned[@]}"
}

# change COMMAND…: carries out what changes the machine; what it says goes to the log.
change() {
    if $dry_run; then
        step_state='would change'
        planned+=("$*")
    else
        step_state=changed
        "$@" < /dev/null >> "$log" 2>&1 9>&-
    fi
}

# wait_until WORDS COMMAND…: tries it twice a second, for --wait seconds.
wait_until() {
    local words=$1 until=$((SECONDS + wait_sec))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$until" ] || { echo "$words within $wait_sec s" >> "$log"; return 1; }
        sleep 0.5
    done
}

end() {
    if $dry_run; then
        echo 'dry run: nothing was changed'
    elif [ "$changes" -eq 0 ]; then
        echo 'nothing had to be changed'
    fi
}

die() {
    unanswered=''
    echo "deploy/install: $1" >&2
    exit 1
}

# give_up WORDS: ends the step that is under way, and says what to do.
give_up() {
    advice=$1
    exit 1
}

on_exit() {
    local status=$? failed_step=$step_name why=$advice
    trap - EXIT
    trap '' INT TERM HUP PIPE
    [ -z "$unanswered" ] || say_unanswered
    [ -n "$failed_step" ] || exit "$status"
    # A window that is closed takes no word, and what fails by that would end the way back.
    echo failed 2>> "$log" || exec >> "$log" 2>&1
    [ "$status" -lt 128 ] || why='it was stopped.'
    ! said_in_step | has '[Nn]o space left' || why='the disk is full: make room.'
    said_in_step | tail -n 8 >&2
    # Each `return` of what runs from here names its status: within a trap the default is an old one.
    after_failure || true
    {
        echo "deploy/install: step '$failed_step': ${why:-it failed.}"
        echo "The same command goes on from here. All that was said: $log"
    } >&2
    exit "$status"
}

# Somebody ended at a question: Ctrl-C, Ctrl-D, or a window that was closed.
say_unanswered() {
    printf '\ndeploy/install: stopped at a question: %s.\nThe same command asks again.\n' "$unanswered" >&2
}

# has PATTERN: whether a line of what is piped in matches. It reads all: `grep -q` would close the pipe
# at the first one, and who has more to say would fail by that.
has() {
    [ -n "$(grep -E "$1")" ]
}

# What the log has of the last step.
said_in_step() {
    awk '/^-- / { text = ""; next } { text = text "    " $0 "\n" } END { printf "%s", text }' "$log"
}

free_mb() {
    df -Pk "$root/" | awk 'NR == 2 { print int($4 / 1024) }'
}
