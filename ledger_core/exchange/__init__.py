"""Books in and out: bulk posting by other programs, import from and export to plain-text accounting and sheets."""
