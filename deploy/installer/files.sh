# shellcheck shell=bash
# Files and links that are as they should be, or become so at once: never half.

# put_file MODE FROM TO
put_file() {
    cmp -s "$2" "$3" && [ "$(stat -c %a "$3")" = "$1" ] && return 0
    change replace_file "$1" "$2" "$3"
}

replace_file() {
    install -D -m "$1" "$2" "$3.new"
    mv -fT "$3.new" "$3"
}

# put_folder MODE PATH
put_folder() {
    [ -d "$2" ] && [ "$(stat -c %a "$2")" = "$1" ] && return 0
    change install -d -m "$1" "$2"
}

# put_link TARGET LINK
put_link() {
    [ "$(readlink "$2")" = "$1" ] && return 0
    change replace_link "$1" "$2"
}

replace_link() {
    ln -sfn "$1" "$2.new"
    mv -fT "$2.new" "$2"
}

# remove PATH…: what there is of them.
remove() {
    local path
    for path in "$@"; do
        if [ -e "$path" ] || [ -L "$path" ]; then change rm -rf "$path"; fi
    done
}
