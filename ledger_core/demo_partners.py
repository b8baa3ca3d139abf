"""Whom the demo's company deals with, and in what: customers, vendors and items, as data."""

from __future__ import annotations

from dataclasses import dataclass

STANDARD, ZERO, EXEMPT, REVERSE = "S20", "ZERO", "EXEMPT", "RC20"  # of the tax rates a British organization begins with


@dataclass(frozen=True, slots=True)
class Partner:
    """A customer or vendor; `tax` where its documents are taxed unlike others."""

    name: str
    terms: str
    street: str
    postal_code: str
    city: str
    country: str = "GB"
    currency: str = "GBP"
    tax: str = ""
    account: str = ""  # of the lines of its documents, where no item says
    person: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Ware:
    """An item. Prices are pounds without tax; without a price it is not sold, or not bought."""

    code: str
    name: str
    kind: str
    unit: str
    sold_at: str = ""
    bought_at: str = ""
    tax: str = STANDARD
    income: str = "4010"
    expense: str = "5000"


CUSTOMERS = (
    Partner("Quay Street Café", "Net 14", "8 Quay Street", "BS1 4DJ", "Bristol", person="Mina Okafor"),
    Partner("Bluebird Bakery", "Net 30", "21 Walcot Parade", "BA1 5NF", "Bath", person="Tom Hale"),
    Partner("Hotel Meridian", "End of month + 30", "2 Harbour Way", "CF10 4PA", "Cardiff", person="Accounts payable"),
    Partner("Roast & Co", "Net 30", "115 Gloucester Road", "BS7 8AT", "Bristol", person="Ewan Price"),
    Partner("Corner Deli", "Net 7", "1 Westgate", "GL1 2NF", "Gloucester"),
    Partner("Northgate Books", "Net 30", "40 Northgate", "EX4 3RX", "Exeter", person="Ruth Amis"),
    Partner("Severn Rowing Club", "Due on receipt", "The Boathouse", "WR1 3JL", "Worcester"),
    Partner("St Brigid's School", "Net 30", "Chapel Hill", "NP20 4EW", "Newport", person="Bursar"),
    Partner("Fairmile Offices", "Net 14", "3 Fairmile Court", "SN1 2HG", "Swindon", person="Facilities"),
    Partner("Kaffeehaus Linden", "Net 30", "Lindenallee 12", "10115", "Berlin", "DE", "EUR", ZERO, person="Jonas Vogt"),
    Partner("Old Mill Guest House", "Net 30", "Mill Lane", "HR1 2QT", "Hereford"),
    Partner("The Night Shift", "Net 14", "77 Stokes Croft", "BS1 3QY", "Bristol", person="Lou Karim"),
)
VENDORS = (
    Partner("Tradewind Green Coffee", "Net 30", "Dock 4, Avonmouth", "BS11 9HX", "Bristol", person="Sales ledger"),
    Partner("Vero Macchine", "Net 60", "Via Tortona 31", "20144", "Milano", "IT", "EUR", REVERSE, person="Carla Riva"),
    Partner("Severn Packaging", "Net 30", "Unit 9, Mill Road", "GL5 4AS", "Stroud"),
    Partner("Harbour Estates", "Due on receipt", "1 Anchor Square", "BS1 5DB", "Bristol", tax=EXEMPT, account="6100"),
    Partner("Wessex Power", "Net 14", "Power House", "BA14 8AA", "Trowbridge", tax=STANDARD, account="6110"),
    Partner("Bright & Fielding", "Net 30", "5 Queen Square", "BA1 2HX", "Bath", tax=STANDARD, account="6510"),
    Partner("Swift Couriers", "Net 7", "Depot 2, Filton", "BS34 7QS", "Bristol", tax=STANDARD, account="6220"),
    Partner("Tin Roof Advertising", "Net 30", "60 Park Row", "BS1 5LR", "Bristol", tax=STANDARD, account="6300"),
)
GOODS, SERVICE = "goods", "service"
ITEMS = (
    Ware("BEAN-HOUSE", "House blend, roasted", GOODS, "kilogram", "16.50", "7.40", ZERO),
    Ware("BEAN-SINGLE", "Single origin, roasted", GOODS, "kilogram", "21.00", "9.80", ZERO),
    Ware("BEAN-DECAF", "Decaf, roasted", GOODS, "kilogram", "18.00", "8.60", ZERO),
    Ware("TEA-BREAKFAST", "Breakfast tea, 500 bags", GOODS, "piece", "24.00", "11.00", ZERO),
    Ware("SYRUP-VANILLA", "Vanilla syrup, 1 l", GOODS, "piece", "8.90", "4.10"),
    Ware("CUP-12", "Paper cups 12 oz, box of 500", GOODS, "piece", "42.00", "23.50"),
    Ware("LID-12", "Lids 12 oz, box of 1,000", GOODS, "piece", "36.00", "19.00"),
    Ware("BREW-KIT", "Home brewing kit", GOODS, "piece", "64.00", "31.00"),
    Ware("GRIND-PRO", "Grinder Professional", GOODS, "piece", "980.00"),
    Ware("MACHINE-1G", "Espresso machine, one group", GOODS, "piece", "2950.00"),
    Ware("MACHINE-2G", "Espresso machine, two groups", GOODS, "piece", "4600.00"),
    Ware("FILTER-SET", "Water filter set", GOODS, "piece", "118.00", "62.00"),
    Ware("INSTALL", "Installation and calibration", SERVICE, "hour", "68.00", income="4020"),
    Ware("CARE-PLAN", "Machine care plan, a month", SERVICE, "month", "385.00", income="4020"),
    Ware("TRAINING", "Barista training", SERVICE, "hour", "75.00", income="4020"),
)
