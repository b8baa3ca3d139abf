from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_jobs")]

    operations = [
        migrations.AddField(
            model_name="organizationdatabase",
            name="next_due_at",
            field=models.DateTimeField(
                blank=True,
                db_index=True,
                help_text="When its books have something to do by themselves (tenancy/due.py)",
                null=True,
            ),
        ),
    ]
