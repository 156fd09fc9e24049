"""The page that shows every route: Swagger UI from files of a package, so that no host is asked."""
