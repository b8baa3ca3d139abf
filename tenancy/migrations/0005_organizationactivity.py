from django.db import migrations, models

import tenancy.fields
from tenancy.triggers import CreateTrigger, mysql_refusal, sqlite_refusal

TABLE = "tenancy_organizationactivity"
NEVER_REPLACED = "The trail of an organization is never replaced"
STAYS = "The trail of an organization is never changed"
NOT_DELETED = "The trail of an organization is deleted with it only"

# REPLACE and INSERT OR REPLACE delete without a DELETE trigger on SQLite.
REPLACES = "EXISTS (SELECT 1 FROM tenancy_organizationactivity WHERE id = NEW.id)"
# Asks its own table, not that of organizations: SQLite could not rebuild a table that a trigger of another one reads.
STILL_THERE = """NOT EXISTS (SELECT 1 FROM tenancy_organizationactivity
    WHERE organization_id = OLD.organization_id AND verb = 'deleted')"""


def mysql_if(condition: str, message: str) -> str:
    return f"IF {condition} THEN {mysql_refusal(message)} END IF;"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_organizationdatabase_next_due_at")]

    operations = [
        migrations.CreateModel(
            name="OrganizationActivity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", tenancy.fields.ExactCharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "user_id",
                    models.PositiveBigIntegerField(help_text="Who did it; 0 is an operator at the server or a job"),
                ),
                (
                    "verb",
                    models.CharField(help_text="added, role_changed, removed, sent, made, revoked, ...", max_length=40),
                ),
                (
                    "subject_kind",
                    models.CharField(help_text="organization, member, invitation, api_key", max_length=40),
                ),
                ("subject_id", models.PositiveBigIntegerField(null=True)),
                (
                    "subject_label",
                    models.CharField(blank=True, help_text="As it was called at that time", max_length=400),
                ),
                ("summary", models.CharField(blank=True, max_length=500)),
                ("before", models.JSONField(help_text="The fields that changed, as they were", null=True)),
                ("after", models.JSONField(help_text="The same fields, as they became", null=True)),
                ("request_id", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name_plural": "organization activity",
                "indexes": [models.Index(fields=["organization_id", "id"], name="trail_of_organization")],
            },
        ),
        CreateTrigger(
            "organization_activity_insert",
            event="BEFORE INSERT",
            table=TABLE,
            mysql=mysql_if(REPLACES, NEVER_REPLACED),
            sqlite=sqlite_refusal(NEVER_REPLACED, REPLACES),
        ),
        CreateTrigger(
            "organization_activity_update",
            event="BEFORE UPDATE",
            table=TABLE,
            mysql=mysql_refusal(STAYS),
            sqlite=sqlite_refusal(STAYS),
        ),
        CreateTrigger(
            "organization_activity_delete",
            event="BEFORE DELETE",
            table=TABLE,
            mysql=mysql_if(STILL_THERE, NOT_DELETED),
            sqlite=sqlite_refusal(NOT_DELETED, STILL_THERE),
        ),
    ]
