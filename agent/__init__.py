"""The camera box: pictures come in and stay here, poses become events, events go to the server."""
