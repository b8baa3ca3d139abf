"""Who did what to an organization itself: its people, keys and particulars. The books have a trail of their own."""
