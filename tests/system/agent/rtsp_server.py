"""An H.264 camera over RTSP, run by Debian's own Python: rtsp_server.py PORT.

Says "ready" once it can be connected to, or in one line what is missing.
"""

import sys

PACKAGES = (
    "python3-gi gir1.2-gst-rtsp-server-1.0 "
    "gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly"
)
PIPELINE = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=160,height=120,framerate=15/1"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph264pay name=pay0 )"
)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
except (ImportError, ValueError):
    say(f"an RTSP server needs the Debian packages {PACKAGES}")
    sys.exit(1)


def main(port: str) -> None:
    Gst.init(None)
    elements = ("videotestsrc", "x264enc", "rtph264pay")
    if not all(Gst.ElementFactory.find(name) for name in elements):
        say(f"an RTSP server needs the Debian packages {PACKAGES}")
        sys.exit(1)
    server = GstRtspServer.RTSPServer()
    server.set_service(port)
    camera = GstRtspServer.RTSPMediaFactory()
    camera.set_launch(PIPELINE)
    server.get_mount_points().add_factory("/live", camera)
    server.attach(None)
    say("ready")
    GLib.MainLoop().run()


main(sys.argv[1])
