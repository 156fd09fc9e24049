"""Jobs: asked for, watched, cancelled and resumed; `backend.worker` carries them out."""
