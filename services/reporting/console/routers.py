"""All pages, in the order in which addresses are looked for."""

from services.reporting.console import (
    auditing,
    cases,
    dead_letters,
    figures,
    finding,
    letter_list,
    login,
    looks,
    many_letters,
    messages,
    own_records,
    personal,
    searches,
    ticket_details,
    tickets,
    timers,
    topics,
    welcome,
)

PAGES = (
    login.router,
    finding.router,
    searches.router,
    auditing.router,
    cases.router,
    looks.router,
    tickets.router,
    ticket_details.router,
    personal.router,
    figures.router,
    own_records.router,
    timers.router,
    topics.router,
    letter_list.router,
    many_letters.router,
    dead_letters.router,
    messages.router,
    welcome.router,  # last: it also answers every address below the console that no page has
)
