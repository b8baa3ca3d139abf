"""Reports of trade: what is open, what was sold and bought, what exchange rates did to it. Each is a list."""
