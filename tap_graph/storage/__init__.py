"""Floor 3: tables, the unit of work, migrations, and the SQL that more than one use case needs."""
