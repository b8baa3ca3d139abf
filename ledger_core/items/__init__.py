"""What is sold and bought: items, units, categories, price lists."""
