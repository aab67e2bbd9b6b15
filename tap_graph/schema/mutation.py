"""The mutation root: one act a field, each in a transaction of its own, all reasons of a refusal at once."""

import strawberry

from tap_graph.schema.mutations import aliases, deviations, distributors, enrollments, facts, holidays, lines


@strawberry.type(description="Acts that change something; each is done whole or not at all.")
class Mutation:
    """What can be done."""

    delivery_line_approve = lines.APPROVE
    delivery_line_resubmit = lines.RESUBMIT
    delivery_line_refuse = lines.REFUSE
    alias_propose = aliases.PROPOSE
    aliases_propose = aliases.PROPOSE_ALL
    alias_approve = aliases.APPROVE
    alias_decline = aliases.DECLINE
    alias_end = aliases.END
    fact_retract = facts.RETRACT
    deviation_request = deviations.REQUEST
    deviation_revise = deviations.REVISE
    deviation_cancel = deviations.CANCEL
    deviation_approve = deviations.APPROVE
    deviation_decline = deviations.DECLINE
    enrollment_start = enrollments.START
    enrollment_save = enrollments.SAVE
    enrollment_accept_rules = enrollments.ACCEPT
    enrollment_submit = enrollments.SUBMIT
    enrollment_withdraw = enrollments.WITHDRAW
    enrollment_approve = enrollments.APPROVE
    enrollment_deny = enrollments.DENY
    holiday_set = holidays.SET
    holiday_remove = holidays.REMOVE
    distributor_set = distributors.SET
    distributor_profile_set = distributors.SET_PROFILE
    report_declare_zero = distributors.DECLARE_ZERO
