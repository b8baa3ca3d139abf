from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0006_fetches_exchange_rates")]

    # With defaults in the database too: a process of the former version does not name the columns.
    operations = [
        migrations.AddField(
            model_name="organizationdatabase",
            name="last_seal",
            field=models.PositiveBigIntegerField(
                db_default=0,
                default=0,
                help_text="Number of the last seal of its books that was noted here (tenancy/seals.py)",
            ),
        ),
        migrations.AddField(
            model_name="organizationdatabase",
            name="last_seal_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
