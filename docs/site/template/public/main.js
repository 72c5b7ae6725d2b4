// The template reads its own words from these elements, in one language for the whole site.
const persian = {
  'loc:inThisArticle': 'در این صفحه',
  'loc:tocFilter': 'جست‌وجو در عنوان‌ها',
  'loc:searchResultsCount': '{count} نتیجه برای «{query}»',
  'loc:searchNoResults': 'برای «{query}» نتیجه‌ای یافت نشد',
  'loc:nextArticle': 'بعدی',
  'loc:prevArticle': 'قبلی',
  'loc:themeLight': 'روشن',
  'loc:themeDark': 'تیره',
  'loc:themeAuto': 'خودکار',
  'loc:changeTheme': 'تغییر پوسته',
  'loc:copy': 'کپی',
};

if (document.documentElement.lang === 'fa') {
  for (const [name, text] of Object.entries(persian)) {
    document.querySelector(`meta[name="${name}"]`)?.setAttribute('content', text);
  }

  document.getElementById('search-query')?.setAttribute('placeholder', 'جست‌وجو');
}

export default {};
