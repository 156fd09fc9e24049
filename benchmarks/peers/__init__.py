"""The same work as a competent person would do it in an afternoon, with the usual libraries."""
