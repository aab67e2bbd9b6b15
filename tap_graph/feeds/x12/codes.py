"""Codes: what the standard calls the codes that decide whether an 867 reports sales."""

from collections.abc import Mapping

from tap_graph.feeds.feed import Purpose

PURPOSES: Mapping[str, Purpose] = {"00": Purpose.ORIGINAL, "05": Purpose.REPLACE, "01": Purpose.CANCEL}
"""BPT01, element 353."""

VERSIONS = ("004010", "005010")
"""What GS08 may begin with."""

TRANSFERS: Mapping[str, str] = {
    "BA": "issue to a foreign government",
    "BB": "demand information only",
    "BC": "issue to another agency",
    "BD": "issue to another service",
    "BE": "grant aid",
    "BF": "foreign military sale",
    "BG": "test and evaluation",
    "BH": "furnished goods and services",
    "BI": "reutilization and marketing",
    "BJ": "relocation",
    "BK": "modification",
    "BL": "repair",
    "BM": "loan",
    "BN": "return",
    "BO": "designated items",
    "BP": "sale at a broken price",
    "BQ": "other",
    "BR": "exchange",
    "BS": "withdrawal of bailed stock",
    "BT": "book entry",
    "BU": "transfer by a depository",
    "BV": "physical delivery",
    "CC": "transfer for a charitable contribution",
    "CO": "replacement after a complaint",
    "CS": "sale by contract",
    "DL": "oil deliveries",
    "DS": "drop shipment",
    "FG": "flowing gas",
    "GD": "gas disposition",
    "GP": "gas plant liquids",
    "GR": "gas receipts",
    "IA": "inventory adjustment",
    "IB": "transfer between branches",
    "OF": "offshore movement",
    "ON": "onshore movement",
    "OT": "oil transfer and storage",
    "PA": "price adjustment",
    "PB": "price book",
    "PL": "property level movement",
    "PM": "readings of a meter",
    "PO": "production origin",
    "PP": "pool level movement",
    "RA": "reapplication of an order",
    "RB": "return at a broken price",
    "RC": "receipt from the vendor",
    "RP": "return at list price",
    "RT": "oil receipts",
    "RU": "return to usable stock",
    "RV": "return to the vendor",
    "SA": "stocking adjustment",
    "SC": "scrap",
    "SD": "ship and debit sale",
    "SH": "ship and debit",
    "SM": "sample",
    "SS": "sale from stock",
    "SU": "summary",
    "TD": "transfer for disposal",
    "TS": "transfer",
    "WL": "well level movement",
}
"""PTD01, element 521; `TS` is not of the standard but in use."""

METER_TRANSFERS = frozenset({"PM", "FG"})
"""PTD01 of 867s that report what a meter read (utilities' 867 monthly, interval and historical usage)."""
METER_PARTIES = frozenset({"8S", "SJ", "8R"})
"""N101 of them: the company that distributes the energy, the one that supplies it, the customer."""
METER_UNITS = frozenset({"KH", "K1", "K2", "K3", "K4", "K5", "HH", "TD", "TZ"})
"""QTY03 of them: kilowatt hours and their kin, hundred cubic feet, therms, thousand cubic feet."""

TRANSACTION_SETS: Mapping[str, str] = {
    "810": "Invoice",
    "812": "Credit/Debit Adjustment",
    "820": "Payment Order/Remittance Advice",
    "824": "Application Advice",
    "830": "Planning Schedule",
    "832": "Price/Sales Catalog",
    "844": "Product Transfer Account Adjustment",
    "845": "Price Authorization Acknowledgment/Status",
    "846": "Inventory Inquiry/Advice",
    "849": "Response to Product Transfer Account Adjustment",
    "850": "Purchase Order",
    "852": "Product Activity Data",
    "855": "Purchase Order Acknowledgment",
    "856": "Ship Notice/Manifest",
    "860": "Purchase Order Change",
    "861": "Receiving Advice",
    "865": "Purchase Order Change Acknowledgment",
    "940": "Warehouse Shipping Order",
    "997": "Functional Acknowledgment",
    "999": "Implementation Acknowledgment",
}
"""Names of the sets that arrive by mistake most often."""
