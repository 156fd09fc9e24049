"""The process that carries out jobs: DBOS workflows around a child process each."""
