"""What every package of the books stands on: settings, numbering, amounts in the API, triggers."""
