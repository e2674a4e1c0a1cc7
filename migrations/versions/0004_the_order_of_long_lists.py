"""the order of long lists"""

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SETTLED_LAST = text("(state = 'accepted' OR state = 'waived')")


def upgrade() -> None:
    """Take the step."""
    op.drop_index("ix_milestone_listed", table_name="milestone")
    op.drop_index("ix_milestone_state_due", table_name="milestone")
    op.create_index("ix_milestone_listed", "milestone", ["consortium_id", SETTLED_LAST, "due_on", "id", "state"])
    op.create_index("ix_milestone_ordered", "milestone", [SETTLED_LAST, "due_on", "id", "state", "consortium_id"])


def downgrade() -> None:
    """Take it back."""
    # A later step that copies the table, as SQLite has to for some changes, loses indexes on expressions.
    op.drop_index("ix_milestone_ordered", table_name="milestone", if_exists=True)
    op.drop_index("ix_milestone_listed", table_name="milestone", if_exists=True)
    op.create_index("ix_milestone_state_due", "milestone", ["state", "due_on"])
    op.create_index("ix_milestone_listed", "milestone", ["consortium_id", "state", "due_on"])
