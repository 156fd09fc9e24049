"""Who belongs to the household: accounts, sessions, invitations and roles."""
