from django.db import migrations


def fill(apps, schema_editor):
    terms = apps.get_model("ledger_core", "PaymentTerms").objects.using(schema_editor.connection.alias)
    terms.filter(days__gte=30).update(grace_days=3)


class Migration(migrations.Migration):
    dependencies = [("ledger_core", "0003_expand")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
