from importlib import import_module

Migration = import_module("ledger_core.migrations.0002_triggers").Migration
