"""The first day: what lies about, who is there, and policies drafted from what vendors have today."""
