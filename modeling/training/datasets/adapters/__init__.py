"""Where labelled videos come from: one module a source, each yields `Recording`s."""
