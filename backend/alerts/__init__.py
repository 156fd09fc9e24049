"""From a recorded event to a memo on a caregiver's phone: policy -> ledger -> channel -> ledger."""
