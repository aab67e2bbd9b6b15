"""A small program of two partners in APAC: P1 earns at the first window, P2 lacks its returns."""

PARTNERS = "partner_number,name,country,tier\nP1,One,SG,ONE_TIER\nP2,Two,AU,ONE_TIER\n"
CERTIFICATIONS = "partner_number,level,first_day\nP1,GOLD,2007-01-01\nP2,SILVER,2007-01-01\n"
ENROLLMENTS = (
    "partner_number,region,option,submitted_on,status,decided_on\n"
    "P1,APAC,P6,2008-02-01,APPROVED,2008-02-05\n"
    "P2,APAC,P6,2008-02-01,APPROVED,2008-02-05\n"
)
QUOTES = (
    "quote_number,line,partner_number,issued_on,valid_until,credit\n"
    "Q1,1,P1,2008-01-01,2008-12-31,9000.00\nQ2,1,P2,2008-01-01,2008-12-31,9000.00\n"
)
ORDERS = (
    "order_number,line,partner_number,quote_number,booked_on,shipped_on,sale_type,existing_network,net_value,credit\n"
    "SO1,1,P1,Q1,2008-02-10,2008-02-20,RESALE,true,13000.00,2000.00\n"
    "SO2,1,P1,Q1,2008-02-11,2008-02-21,INTERNAL,true,500.00,100.00\n"
    "SO3,1,P2,Q2,2008-02-10,2008-02-20,RESALE,true,12500.00,1000.01\n"
    "SO4,1,P2,Q2,2008-03-01,,RESALE,true,300.00,40.00\n"
)
RMAS = "rma_number,line,order_number,units_due,value_due\nR1,1,SO1,10,2000.00\nR3,1,SO3,10,1000.00\n"
RECEIPTS = (
    "receipt_number,rma_number,line,units,received_on,posted_on\nRC1,R1,1,9,2008-03-01,2008-03-03\nRC3,R3,1,8,2008-03-01,2008-03-03\n"
)
LATE_RECEIPT = "receipt_number,rma_number,line,units,received_on,posted_on\nRC4,R3,1,1,2008-09-01,2008-09-02\n"

PROGRAM = {
    "partners": PARTNERS,
    "certifications": CERTIFICATIONS,
    "enrollments": ENROLLMENTS,
    "quotes": QUOTES,
    "orders": ORDERS,
    "rmas": RMAS,
    "receipts": RECEIPTS,
}
