"""What ``config show`` shows: the configuration's values, or those of one vendor's merged policy."""

from __future__ import annotations

from policycheck.model.declared import Project, Setting
from policycheck.model.problems import UsageProblem


def settings(project: Project, vendor: str | None) -> tuple[Setting, ...]:
    """Values with their origins; raises UsageProblem when no policy is about the vendor."""
    if vendor is None:
        return project.config.settings
    policies = {policy.vendor: policy for policy in project.policies}
    if vendor in policies:
        return tuple(Setting(*row) for row in policies[vendor].merged)
    from difflib import get_close_matches

    near = get_close_matches(vendor, policies, n=1)
    known = f"the vendors are {', '.join(sorted(policies))}" if policies else "no policy file names a vendor"
    raise UsageProblem(f"no policy of a vendor named {vendor}", f"did you mean {near[0]}?" if near else known)
