# shellcheck shell=bash
# The machine: whether it is one that is known, its packages, and the user.

# LightGBM is linked against libgomp1.
PACKAGES=(python3 python3-venv ca-certificates curl libgomp1)
ROOM_MB=1500

check_system() {
    local id='' version='' name='an unknown system' architecture room
    if [ -r "$root/etc/os-release" ]; then
        # shellcheck source=/dev/null
        IFS='|' read -r id version name < <(. "$root/etc/os-release" && echo "${ID:-}|${VERSION_ID:-}|${PRETTY_NAME:-}")
    fi
    architecture=$(dpkg --print-architecture 2> /dev/null || uname -m)
    case $id-$version-$architecture in
        debian-12-amd64 | debian-12-arm64 | debian-13-amd64 | debian-13-arm64) ;;
        ubuntu-24.04-amd64 | ubuntu-24.04-arm64) ;;
        *) give_up "expected Debian 12 or 13, Ubuntu 24.04 or Raspberry Pi OS, of 64 bits; this is $name, $architecture." ;;
    esac
    [ -d "$opt/current/.venv" ] && return 0
    room=$(free_mb)
    [ "$room" -ge "$ROOM_MB" ] || give_up "expected $ROOM_MB MB of free disk, found $room."
}

install_packages() {
    local name missing=()
    for name in "${PACKAGES[@]}"; do is_installed "$name" || missing+=("$name"); done
    [ ${#missing[@]} -eq 0 ] && return 0
    advice="look at the network and at apt's sources, or install ${missing[*]} yourself."
    # What was broken off is finished first: apt-get would refuse, and wait for somebody to do so.
    [ -z "$(dpkg --audit)" ] || change env DEBIAN_FRONTEND=noninteractive dpkg --configure -a
    change apt-get update -q
    # A machine that has just started may look for updates by itself, and holds the lock meanwhile.
    change env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "${missing[@]}"
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

make_user() {
    put_file 644 "$source_folder/deploy/dolbom.sysusers.conf" "$root/etc/sysusers.d/dolbom.conf"
    getent passwd dolbom > /dev/null || change systemd-sysusers dolbom.conf
    put_folder 755 "$state"
    put_folder 700 "$etc"
}
