"""Writes a picture again without what it says of its place and device.

JPEG, PNG, WebP and HEIC keep each byte of their pixels; a TIFF is rewritten from its pixels.
"""
