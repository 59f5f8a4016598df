"""What a field is: from its name, its place and what is known of the product that holds it."""
