"""What processes of jobs do that need no training, and how all of them speak to their worker."""
