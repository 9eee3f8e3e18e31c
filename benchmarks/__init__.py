"""How fast the plugin is, and what it finds in large projects; see README.md beside this file."""
