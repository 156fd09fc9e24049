"""The poses that the server is asked about anyway: live, and kept around each incident."""
