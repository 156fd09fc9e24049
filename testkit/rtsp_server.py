"""An H.264 camera over RTSP, run by Debian's own Python: rtsp_server.py PORT [USER PASSWORD].

Says "ready" once it can be connected to, or in one line what is missing.
"""

import sys
from typing import Any

PACKAGES = (
    "python3-gi gir1.2-gst-rtsp-server-1.0 "
    "gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly"
)
# A ball on black is a camera in the dark to who looks at its pictures.
PIPELINE = (
    "( videotestsrc is-live=true pattern=ball background-color=0xff707070"
    " ! video/x-raw,width=160,height=120,framerate=15/1"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph264pay name=pay0 )"
)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtsp", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtsp, GstRtspServer
except (ImportError, ValueError):
    say(f"an RTSP server needs the Debian packages {PACKAGES}")
    sys.exit(1)


def ask_for(server: Any, camera: Any, user: str, password: str) -> None:
    """Let nobody else see anything."""
    auth, who = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    who.set_string("media.factory.role", user)
    auth.add_digest(user, password, who)
    server.set_auth(auth)
    may = GstRtspServer.RTSPPermissions()
    for what in ("media.factory.access", "media.factory.construct"):
        may.add_permission_for_role(user, what, True)
    camera.set_permissions(may)


def main(port: str, *login: str) -> None:
    Gst.init(None)
    elements = ("videotestsrc", "x264enc", "rtph264pay")
    if not all(Gst.ElementFactory.find(name) for name in elements):
        say(f"an RTSP server needs the Debian packages {PACKAGES}")
        sys.exit(1)
    server = GstRtspServer.RTSPServer()
    server.set_service(port)
    camera = GstRtspServer.RTSPMediaFactory()
    camera.set_launch(PIPELINE)
    if login:
        ask_for(server, camera, *login)
    server.get_mount_points().add_factory("/live", camera)
    server.attach(None)
    say("ready")
    GLib.MainLoop().run()


main(*sys.argv[1:])
