"""Home Assistant: cameras and household as its devices, by MQTT discovery."""
