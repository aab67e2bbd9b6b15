"""What the invented partners sell, take in trade, and to whom."""

PRODUCTS = (
    "Catalyst 2960-24TT",
    "Catalyst 3560-48TS",
    "Catalyst 3750G-24TS",
    "Catalyst 4948 Switch",
    "Catalyst 6503-E Chassis",
    "Integrated Services Router 1841",
    "Integrated Services Router 2811",
    "Integrated Services Router 3845",
    "ASA 5520 Security Appliance",
    "MDS 9124 Fabric Switch",
    "Unified IP Phone 7962G",
    "Aironet 1242AG Access Point",
)
TRADED_IN = (
    ("Cisco 2620 Router", "Cisco"),
    ("Cisco 3640 Router", "Cisco"),
    ("Catalyst 2924 XL", "Cisco"),
    ("PIX 515 Firewall", "Cisco"),
    ("SuperStack II 3300", "3Com"),
    ("BayStack 450-24T", "Nortel"),
    ("Quidway S3526", "Huawei"),
    ("ProCurve 2524", "HP"),
)
END_CUSTOMERS = (
    "Harbour Freight Lines",
    "St. Brendan Hospital",
    "Northern Rail, Ltd.",
    "Polytechnic of the Isles",
    "Brück & Söhne",
    "City Library",
    "Orchard Hotels",
    "Meridian Insurance",
)
PARTNER_NAMES = ("Meridian", "Lighthouse", "Cobalt", "Juniper Lane", "Tidewater", "Älvdal", "Kestrel", "Granite", "Saffron", "Windmill")
PARTNER_TRADES = ("Networks", "Systems", "Data", "Integrators", "Communications")
