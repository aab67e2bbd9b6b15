"""The bundled program year: feed files of about sixty invented partners, described in README.md."""
