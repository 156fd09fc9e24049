"""What the camera boxes report: recorded durably first, then passed on."""
