"""Where pictures lie: a folder of this machine, or an S3 store."""
