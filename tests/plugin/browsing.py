"""Pages in a browser, watched."""


class Watched:
    """A page whose errors are written down. ``options``: of the browser's context."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(**options)
        self.page, self.troubles = self.context.new_page(), []
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def violations(self, impacts=None):
        """What axe finds; ``impacts``: only of these."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            (each["id"], each["nodes"][0]["html"])
            for each in found
            if impacts is None or each["impact"] in impacts
        ]

    def overflow(self):
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")


class WatchedFile(Watched):
    """A page from the disk, whose requests are written down as well."""

    def __init__(self, browser, page_file, **options):
        super().__init__(browser, **options)
        self.page.on("request", self.requested)
        self.address = page_file.as_uri()
        self.page.goto(self.address)

    def requested(self, request):
        if request.url.split("#")[0] != self.address:
            self.troubles.append(f"request of {request.url}")

    def serious(self):
        """What axe finds serious or critical."""
        return self.violations(("serious", "critical"))


def opened(watched, selector):
    watched.page.wait_for_selector(selector)
    return watched.page
