# shellcheck shell=bash
# What is asked at a terminal, until an answer will do; and what options and answers have to be.

# What stands if nobody answers; empty while nothing is asked.
unanswered=''

# ask VARIABLE OPTION FAULT QUESTION: nothing where the variable has a value already.
ask() {
    local answer fault
    [ -z "${!1}" ] || return 0
    [ -t 0 ] || die "expected $2: $4"
    while true; do
        read_answer "$4"
        fault=$("$3" "$answer")
        [ -n "$fault" ] || break
        echo "    $fault" >&2
    done
    printf -v "$1" %s "$answer"
}

# read_answer QUESTION: $answer, without blanks around it; ends where the terminal does.
read_answer() {
    read -r -p "$1: " answer || exit 1
}

# Each fault_of… says what was expected where its argument is something else.
fault_of_seconds() {
    [[ $1 =~ ^[1-9][0-9]{0,3}$ ]] || echo 'expected seconds'
}

fault_of_url() {
    [[ $1 =~ ^https?://[^/[:space:]]+/?$ ]] || echo 'expected http://ADDRESS:PORT'
}

fault_of_code() {
    [[ ${1//[- ]/} =~ ^[0-9]{6}$ ]] || echo 'expected six digits'
}

fault_of_name() {
    [[ $1 =~ ^[a-z0-9_]{1,40}$ ]] || echo 'expected a-z, 0-9 and _'
}

# A file has to be there, and where the service sees it: of these folders it has others or none.
fault_of_source() {
    case $1 in
        '' | *[!0-9]*) ;;
        *) return 0 ;;
    esac
    case $1 in
        /dev/?* | rtsp://?* | rtsps://?* | http://?* | https://?* | onvif://*) return 0 ;;
    esac
    if [ ! -f "$1" ]; then
        echo 'expected 0, /dev/v4l/by-id/…, rtsp://…, http://…, onvif:// or a file that is there'
    else
        case $(realpath "$1") in
            /home/* | /root/* | /run/user/* | /tmp/* | /var/tmp/*)
                echo 'expected a file that the service sees: put it into /srv, for example'
                ;;
        esac
    fi
}
