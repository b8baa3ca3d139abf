from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0005_organizationactivity")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="fetches_exchange_rates",
            # With a default in the database too: a process of the former version does not name the column.
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Every day, where the installation has a provider (LEDGER_EXCHANGE_RATES_URL)",
            ),
        ),
    ]
