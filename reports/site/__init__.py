"""The report's pages: what each one says, fed to its template."""
