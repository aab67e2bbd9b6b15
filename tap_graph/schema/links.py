"""Links: the nouns by name, for nouns that refer to each other in both directions."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from tap_graph.schema.act import Act
    from tap_graph.schema.alias import Alias
    from tap_graph.schema.certification import Certification
    from tap_graph.schema.delivery import Delivery, DeliveryLine
    from tap_graph.schema.deviation import Deviation
    from tap_graph.schema.distributor import Distributor
    from tap_graph.schema.enrollment import Enrollment
    from tap_graph.schema.enrollment_form import EnrollmentForm
    from tap_graph.schema.evaluation import Evaluation
    from tap_graph.schema.option import ParticipationOption
    from tap_graph.schema.order import Order
    from tap_graph.schema.order_line import OrderLine
    from tap_graph.schema.partner import Partner
    from tap_graph.schema.period import Period
    from tap_graph.schema.pos import PosLine
    from tap_graph.schema.pos_report import PosReport
    from tap_graph.schema.quote import Quote
    from tap_graph.schema.region import Region
    from tap_graph.schema.rma import Rma

ActLink = Annotated["Act", strawberry.lazy("tap_graph.schema.act")]
AliasLink = Annotated["Alias", strawberry.lazy("tap_graph.schema.alias")]
CertificationLink = Annotated["Certification", strawberry.lazy("tap_graph.schema.certification")]
DeliveryLink = Annotated["Delivery", strawberry.lazy("tap_graph.schema.delivery")]
DeliveryLineLink = Annotated["DeliveryLine", strawberry.lazy("tap_graph.schema.delivery")]
DeviationLink = Annotated["Deviation", strawberry.lazy("tap_graph.schema.deviation")]
DistributorLink = Annotated["Distributor", strawberry.lazy("tap_graph.schema.distributor")]
EnrollmentLink = Annotated["Enrollment", strawberry.lazy("tap_graph.schema.enrollment")]
EnrollmentFormLink = Annotated["EnrollmentForm", strawberry.lazy("tap_graph.schema.enrollment_form")]
EvaluationLink = Annotated["Evaluation", strawberry.lazy("tap_graph.schema.evaluation")]
OptionLink = Annotated["ParticipationOption", strawberry.lazy("tap_graph.schema.option")]
OrderLink = Annotated["Order", strawberry.lazy("tap_graph.schema.order")]
OrderLineLink = Annotated["OrderLine", strawberry.lazy("tap_graph.schema.order_line")]
PartnerLink = Annotated["Partner", strawberry.lazy("tap_graph.schema.partner")]
PeriodLink = Annotated["Period", strawberry.lazy("tap_graph.schema.period")]
PosLineLink = Annotated["PosLine", strawberry.lazy("tap_graph.schema.pos")]
PosReportLink = Annotated["PosReport", strawberry.lazy("tap_graph.schema.pos_report")]
QuoteLink = Annotated["Quote", strawberry.lazy("tap_graph.schema.quote")]
RegionLink = Annotated["Region", strawberry.lazy("tap_graph.schema.region")]
RmaLink = Annotated["Rma", strawberry.lazy("tap_graph.schema.rma")]
