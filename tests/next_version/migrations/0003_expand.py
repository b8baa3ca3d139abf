import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger_core", "0002_triggers")]

    operations = [
        migrations.AddField("account", "external_code", models.CharField(max_length=40, null=True)),
        migrations.AddField("paymentterms", "grace_days", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddIndex("account", models.Index(fields=["external_code"], name="account_external_code")),
        migrations.CreateModel(
            "AccountNote",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("account", models.ForeignKey("ledger_core.account", django.db.models.deletion.PROTECT)),
                ("text", models.CharField(max_length=200)),
            ],
        ),
    ]
