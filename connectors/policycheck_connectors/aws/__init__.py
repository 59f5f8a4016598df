"""Live AWS through boto3: every account and Region, every way in and out, nothing missed in silence."""
